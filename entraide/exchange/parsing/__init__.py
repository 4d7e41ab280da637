"""Reading what others wrote: XML without entities, in one pass, however long."""
