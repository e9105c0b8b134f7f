terraform {
    required_version = "~> 1.11"   # as it was written
}
