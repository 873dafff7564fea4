"""Everything that happens before a question: read, clean, split into passages, embed, store, keep in step."""
