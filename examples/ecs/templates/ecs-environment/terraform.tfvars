image_tag = "{{ service.image_tag }}"
