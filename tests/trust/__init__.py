"""Long trials of the promises in docs/RELIABILITY.md; the tests run each of them for seconds."""
