terraform {
  required_version = "{{ service.versions.terraform }}"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "{{ service.versions.aws }}"
    }
  }

  {{<backend_s3 bucket={env.state_bucket} key={env.state_key} region={env.region} account_id={env.account_id} />}}
}

{{<provider_aws region={env.region} account_id={env.account_id} tags={{"environment": env.name, "service": service.name, "managed-by": "terraform"}} />}}

resource "aws_s3_bucket" "states" {
  bucket = "{{ env.state_bucket }}"

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_s3_bucket_versioning" "states" {
  bucket = aws_s3_bucket.states.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "states" {
  bucket = aws_s3_bucket.states.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_public_access_block" "states" {
  bucket                  = aws_s3_bucket.states.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

data "aws_iam_policy_document" "states" {
  # Each role reads and writes its own state and the lock beside it, and no other.
  dynamic "statement" {
    for_each = local.states

    content {
      actions = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]
      resources = [
        "${aws_s3_bucket.states.arn}/${statement.value.key}",
        "${aws_s3_bucket.states.arn}/${statement.value.key}.tflock",
      ]

      principals {
        type        = "AWS"
        identifiers = [statement.value.account]
      }

      # A role that does not exist yet could not be a principal.
      condition {
        test     = "ArnEquals"
        variable = "aws:PrincipalArn"
        values   = [statement.value.role]
      }
    }
  }

  statement {
    actions   = ["s3:ListBucket"]
    resources = [aws_s3_bucket.states.arn]

    principals {
      type        = "AWS"
      identifiers = distinct([for state in local.states : state.account])
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:PrincipalArn"
      values   = [for state in local.states : state.role]
    }
  }
}

resource "aws_s3_bucket_policy" "states" {
  bucket = aws_s3_bucket.states.id
  policy = data.aws_iam_policy_document.states.json
}

output "bucket" {
  description = "The bucket that holds the states of all environments."
  value       = aws_s3_bucket.states.bucket
}
