"""How gunicorn serves the site: `gunicorn -c config/gunicorn.py`.

Flags and GUNICORN_CMD_ARGS come after, and win.
"""

wsgi_app = "config.wsgi"
worker_class = "config.arriving.Worker"
workers = 2
# Each has a connection to the database: 16, of the 100 that PostgreSQL lets in.
threads = 8
# Connections, which wait without a thread.
worker_connections = 1000
# A worker that answers nobody is ended; so is each after a while, one after the other.
timeout = 60
graceful_timeout = 35
max_requests = 10_000
max_requests_jitter = 1_000
