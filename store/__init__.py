"""Where everything is kept: tables, migrations, queries and claims."""
