"""The desk of an organisation: what needs doing, its missions and slots, its candidates, who came."""
