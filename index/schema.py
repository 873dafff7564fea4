"""The tables of the catalog.

A passage's row begins with what ranking reads of it: SQLite goes no further along a row than it has to. Words have row
ids: in a table without them each vector would take a page of its own.
"""

from __future__ import annotations

FORMAT = 5  # raised when an older byline could not read, or would misread, what is stored

SCHEMA = """
CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE files (
    source TEXT PRIMARY KEY, root TEXT NOT NULL, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,
    digest TEXT NOT NULL, encoding TEXT, text BLOB, skipped TEXT,
    faults TEXT NOT NULL);
CREATE TABLE articles (
    id INTEGER PRIMARY KEY, source TEXT NOT NULL REFERENCES files ON DELETE CASCADE, start INTEGER NOT NULL,
    end INTEGER NOT NULL, title TEXT NOT NULL, outlet TEXT, published TEXT, language TEXT NOT NULL);
CREATE TABLE passages (
    id TEXT PRIMARY KEY, article INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE, language TEXT NOT NULL,
    length INTEGER NOT NULL, sketch BLOB NOT NULL, meaning BLOB NOT NULL, codes BLOB NOT NULL, embedded TEXT NOT NULL,
    start INTEGER NOT NULL, end INTEGER NOT NULL, pages TEXT NOT NULL, kept TEXT NOT NULL, sentences TEXT NOT NULL,
    text BLOB NOT NULL, terms TEXT NOT NULL, meanings BLOB NOT NULL, title_terms TEXT NOT NULL, nouns BLOB NOT NULL);
CREATE TABLE words (
    language TEXT NOT NULL, term TEXT NOT NULL, vector BLOB NOT NULL, hubness REAL NOT NULL,
    PRIMARY KEY (language, term));
CREATE TABLE sounds (
    language TEXT NOT NULL, key TEXT NOT NULL, term TEXT NOT NULL,
    PRIMARY KEY (language, key, term)) WITHOUT ROWID;
CREATE TABLE moments (name TEXT PRIMARY KEY, n INTEGER NOT NULL, total BLOB NOT NULL, outer BLOB NOT NULL);
CREATE INDEX articles_source ON articles (source);
CREATE INDEX passages_article ON passages (article);
CREATE INDEX passages_language ON passages (language, length);
CREATE INDEX passages_embedded ON passages (embedded);
"""
