"""Reports: several questions answered in one document, with footnotes, and its quotes verified later."""
