"""Jobs for staff: to find, to read, to cancel and to retry. Nothing here writes: services do."""

from django.contrib import admin

from jobs.admin import jobs as jobs
from jobs.admin import paused as paused

admin.site.site_header = admin.site.site_title = "UniLingo"
# A list with its filters needs the width, and the index is one click away.
admin.site.enable_nav_sidebar = False
