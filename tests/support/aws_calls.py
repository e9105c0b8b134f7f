"""Says which calls of the AWS CLI its own models refuse. Reads lists of arguments as JSON, reaches nothing."""

import contextlib
import io
import json
import os
import sys

from awscli.clidriver import create_clidriver

os.environ.update(AWS_DEFAULT_REGION="us-east-1", AWS_MAX_ATTEMPTS="1", AWS_EC2_METADATA_DISABLED="true")
os.environ.update(AWS_CONFIG_FILE="/dev/null", AWS_SHARED_CREDENTIALS_FILE="/dev/null", KUBECONFIG="/dev/null")
os.environ.update(AWS_ACCESS_KEY_ID="A", AWS_SECRET_ACCESS_KEY="B")
NOWHERE = ["--endpoint-url", "http://127.0.0.1:1"]

driver = create_clidriver()
for arguments in json.load(sys.stdin):
    said = io.StringIO()
    with contextlib.redirect_stderr(said), contextlib.redirect_stdout(said):
        try:
            driver.main(arguments + NOWHERE)
        except SystemExit:
            pass
    if "Could not connect to the endpoint URL" not in said.getvalue():
        print("aws", *arguments, "\n", said.getvalue())
