# What containers lean on: the network, the load balancer, the database and the secrets.

data "aws_vpc" "main" {
  tags = { Name = var.vpc }
}

data "aws_subnets" "private" {
  filter {
    name   = "vpc-id"
    values = [data.aws_vpc.main.id]
  }

  tags = { Tier = "private" }
}

data "aws_subnets" "public" {
  filter {
    name   = "vpc-id"
    values = [data.aws_vpc.main.id]
  }

  tags = { Tier = "public" }
}

# Terraform declares that a secret exists. Its value is put in by hand, so that no state ever holds one.
resource "aws_secretsmanager_secret" "this" {
  for_each = var.secrets

  name = "${var.name}/${each.key}"
}

resource "aws_security_group" "load_balancer" {
  name        = "${var.name}-load-balancer"
  description = "The load balancer, reached from everywhere"
  vpc_id      = data.aws_vpc.main.id
}

resource "aws_vpc_security_group_ingress_rule" "https" {
  security_group_id = aws_security_group.load_balancer.id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_security_group_egress_rule" "to_containers" {
  security_group_id            = aws_security_group.load_balancer.id
  referenced_security_group_id = aws_security_group.containers.id
  ip_protocol                  = "-1"
}

resource "aws_security_group" "containers" {
  name        = "${var.name}-containers"
  description = "The containers, reached from the load balancer only"
  vpc_id      = data.aws_vpc.main.id
}

resource "aws_vpc_security_group_ingress_rule" "from_load_balancer" {
  security_group_id            = aws_security_group.containers.id
  referenced_security_group_id = aws_security_group.load_balancer.id
  ip_protocol                  = "-1"
}

resource "aws_vpc_security_group_egress_rule" "from_containers" {
  security_group_id = aws_security_group.containers.id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "-1"
}

data "aws_acm_certificate" "this" {
  domain      = var.hostname
  statuses    = ["ISSUED"]
  most_recent = true
}

resource "aws_lb" "this" {
  name            = var.name
  subnets         = data.aws_subnets.public.ids
  security_groups = [aws_security_group.load_balancer.id]
}

resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.this.arn
  protocol          = "HTTPS"
  port              = 443
  certificate_arn   = data.aws_acm_certificate.this.arn

  default_action {
    type = "fixed-response"

    fixed_response {
      content_type = "text/plain"
      message_body = "Nothing answers here."
      status_code  = "404"
    }
  }
}

resource "aws_db_subnet_group" "this" {
  name       = var.name
  subnet_ids = data.aws_subnets.private.ids
}

resource "aws_security_group" "database" {
  name        = "${var.name}-database"
  description = "Postgres, reached from the containers only"
  vpc_id      = data.aws_vpc.main.id
}

resource "aws_vpc_security_group_ingress_rule" "database" {
  security_group_id            = aws_security_group.database.id
  referenced_security_group_id = aws_security_group.containers.id
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
}

resource "aws_db_instance" "this" {
  identifier                  = var.name
  engine                      = "postgres"
  engine_version              = "17"
  instance_class              = "db.t4g.medium"
  allocated_storage           = 20
  storage_encrypted           = true
  db_name                     = "journals"
  username                    = "journals"
  manage_master_user_password = true
  db_subnet_group_name        = aws_db_subnet_group.this.name
  vpc_security_group_ids      = [aws_security_group.database.id]
  backup_retention_period     = var.is_production ? 30 : 7
  multi_az                    = var.is_production
  deletion_protection         = var.is_production
  final_snapshot_identifier   = "${var.name}-final"
}
