"""History: files of canonical events, landed by COPY under the rules of the door, chunk by chunk."""
