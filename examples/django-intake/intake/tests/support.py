"""What tests share that start processes or call AWS."""

import os
import urllib.request
from contextlib import AbstractContextManager
from unittest import mock

urlopen = urllib.request.build_opener(urllib.request.ProxyHandler({})).open  # past any proxy that is set: all is local


class CleanUpOnInterrupt:
    """A test case that runs its cleanups when it is interrupted, too: unittest would leave processes and queues."""

    def run(self, result=None):
        try:
            return super().run(result)
        except KeyboardInterrupt:
            self.doCleanups()
            raise


def isolated_aws_environment() -> AbstractContextManager:
    """The environment with these AWS settings alone: neither the user's nor a stack's."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    no_files = dict.fromkeys(("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"), os.devnull)
    keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "ap-northeast-2"}
    return mock.patch.dict(os.environ, others | no_files | keys, clear=True)
