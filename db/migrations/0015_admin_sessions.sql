-- Sessions and sign-in links that ADMIN_TOKEN stands for end with it: what they were made under, as
-- a keyed hash. Of those that were made before this it is not known, so they end now.
alter table sessions add column admin_token_mac text;
alter table sign_in_links add column admin_token_mac text;
