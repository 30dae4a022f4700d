"""What commands print: tables, JSON, times and progress, safe for any terminal."""
