// Exists so that the header that every view includes is compiled once.
