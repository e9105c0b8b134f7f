resource "aws_db_subnet_group" "postgres" {
  name       = "{{ service.database.identifier }}"
  subnet_ids = data.aws_eks_cluster.this.vpc_config[0].subnet_ids
}

resource "aws_security_group" "postgres" {
  name        = "{{ service.database.identifier }}-postgres"
  description = "Postgres of {{ service.name }}, reached from the cluster only"
  vpc_id      = data.aws_eks_cluster.this.vpc_config[0].vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "postgres" {
  security_group_id            = aws_security_group.postgres.id
  referenced_security_group_id = data.aws_eks_cluster.this.vpc_config[0].cluster_security_group_id
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
}

resource "aws_db_instance" "postgres" {
  identifier     = "{{ service.database.identifier }}"
  engine         = "postgres"
  engine_version = "{{ service.database.version }}"
  instance_class = "{{ service.database.instance_class }}"
  db_name        = "{{ service.database.name }}"
  multi_az       = {{ service.database.multi_az }}

  # AWS keeps the password in Secrets Manager and rotates it.
  username                    = "{{ service.database.name }}"
  manage_master_user_password = true

  storage_type          = "gp3"
  storage_encrypted     = true
  allocated_storage     = {{ service.database.allocated_storage }}
  max_allocated_storage = {{ service.database.max_allocated_storage }}

  db_subnet_group_name   = aws_db_subnet_group.postgres.name
  vpc_security_group_ids = [aws_security_group.postgres.id]

  backup_retention_period   = {{ service.database.backup_days }}
  copy_tags_to_snapshot     = true
  deletion_protection       = {{ service.database.deletion_protection }}
  final_snapshot_identifier = "{{ service.database.identifier }}-final"
}
