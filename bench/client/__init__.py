"""A raw asyncio HTTP/SSE client in a process of its own: httpx would be the bottleneck of what is measured."""
