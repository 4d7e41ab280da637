"""The operator's pages: crises and their levels, jobs, mail that came back, the journal."""
