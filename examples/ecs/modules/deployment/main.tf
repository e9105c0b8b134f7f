# A whole environment. What tells one from another comes in as a variable; what is the same everywhere stands here.

resource "aws_ecs_cluster" "main" {
  name = var.name

  setting {
    name  = "containerInsights"
    value = "enabled"
  }
}

module "core_services" {
  source = "../core-services"

  name          = var.name
  is_production = var.stage == "production"
  hostname      = var.hostname
  vpc           = var.vpc
  secrets       = var.secrets
}

locals {
  image = "${var.image_repository}:${var.image_tag}"

  # What every container is told of the environment it runs in.
  variables = {
    ENVIRONMENT   = var.name
    STAGE         = var.stage
    PUBLIC_URL    = "https://${var.hostname}"
    DATABASE_HOST = module.core_services.database_host
  }

  secrets = merge(module.core_services.secrets, {
    DATABASE_LOGIN = module.core_services.database_secret_arn
  })
}

module "api" {
  source = "../container-generic"
  count  = var.containers.api == null ? 0 : 1

  name               = "api"
  cluster            = aws_ecs_cluster.main.name
  image              = local.image
  size               = var.containers.api
  variables          = merge(local.variables, var.containers.api.variables)
  secrets            = local.secrets
  execution_role_arn = aws_iam_role.execution.arn
  subnet_ids         = module.core_services.subnet_ids
  security_group_ids = [module.core_services.security_group_id]
  log_retention_days = var.log_retention_days

  listener = {
    arn         = module.core_services.listener_arn
    vpc_id      = module.core_services.vpc_id
    hostname    = var.hostname
    port        = 3000
    health_path = "/readyz"
  }
}

module "worker" {
  source = "../container-generic"
  count  = var.containers.worker == null ? 0 : 1

  name               = "worker"
  cluster            = aws_ecs_cluster.main.name
  image              = local.image
  command            = ["worker"]
  size               = var.containers.worker
  variables          = merge(local.variables, var.containers.worker.variables)
  secrets            = local.secrets
  execution_role_arn = aws_iam_role.execution.arn
  subnet_ids         = module.core_services.subnet_ids
  security_group_ids = [module.core_services.security_group_id]
  log_retention_days = var.log_retention_days
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ecs-tasks.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "execution" {
  name               = "${var.name}-ecs-execution"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_role_policy_attachment" "execution" {
  role       = aws_iam_role.execution.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
}

data "aws_iam_policy_document" "secrets" {
  statement {
    actions   = ["secretsmanager:GetSecretValue"]
    resources = values(local.secrets)
  }
}

resource "aws_iam_role_policy" "secrets" {
  name   = "secrets"
  role   = aws_iam_role.execution.name
  policy = data.aws_iam_policy_document.secrets.json
}
