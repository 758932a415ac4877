"""Read by gunicorn from the folder it is started in. `--bind` on the command line takes precedence."""

bind = "127.0.0.1:8000"
threads = 8
control_socket_disable = True  # it would be one file for all servers of this user
