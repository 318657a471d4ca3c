"""Reading mail as it is: MIME shapes, delivery reports, broken headers, TNEF. Knows no mailbox and no database."""
