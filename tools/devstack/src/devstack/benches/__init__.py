"""Measures functions side by side: ours, the same charge with Powertools in Python and Node, and the least that does it in Rust. Lambda's
runtime API, DynamoDB and SNS are stand-ins in this process, on loopback; the functions are processes of their own."""
