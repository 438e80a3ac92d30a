SELECT payouts.note_refused_webhooks(@refused);
