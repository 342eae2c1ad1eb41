#!/bin/sh
# Django's deployment checks on the production settings, with safe values made for the occasion and thrown away.
set -eu
cd "$(dirname "$0")/.."
umask 077
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
openssl genpkey -algorithm ed25519 -out "$folder/publication.pem" 2>/dev/null
openssl genpkey -algorithm ed25519 -out "$folder/checkpoint.pem" 2>/dev/null
openssl rand -base64 64 | tr -d '\n' >"$folder/secret-key"
env -i PATH="$PATH" HOME="$HOME" DJANGO_SETTINGS_MODULE=portal.settings.base DATA_DIR="$folder" \
    SECRET_KEY_FILE="$folder/secret-key" PUBLICATION_KEY_FILE="$folder/publication.pem" \
    CHECKPOINT_KEY_FILE="$folder/checkpoint.pem" \
    ALLOWED_HOSTS=portail.exemple.fr PUBLIC_URL=https://portail.exemple.fr \
    .venv/bin/python manage.py check --deploy --fail-level WARNING
