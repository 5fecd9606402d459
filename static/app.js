// Makes pages quicker; nothing depends on it.
