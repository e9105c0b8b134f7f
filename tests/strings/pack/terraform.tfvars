texts = {{ service.texts | hcl }}
