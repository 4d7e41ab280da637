"""How every form is drawn: labels, help and errors tied to their fields, and a summary of what to correct on top."""

from django.forms.renderers import DjangoTemplates


class FormRenderer(DjangoTemplates):
    """Draws forms and fields with the templates of `foundation`, widgets with Django's own."""

    form_template_name = "foundation/form.html"
    field_template_name = "foundation/field.html"
    formset_template_name = "foundation/formset.html"
