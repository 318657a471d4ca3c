"""What happens by itself: taking in, routing, answering, reminding; its transactions and engines."""
