"""`python -m devstack.generators`."""

import sys

from devstack.generators.files import main

sys.exit(main())
