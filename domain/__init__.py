"""What we talk about: frozen values and small pure helpers. Never I/O, the clock or another folder of ours."""
