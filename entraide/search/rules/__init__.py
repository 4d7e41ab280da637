"""Pure rules of search: how texts are read, what a question asks for, what comes first."""
