from django.urls import include, path

urlpatterns = [path("", include("intake.urls"))]
