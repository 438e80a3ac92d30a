SELECT payouts.publish_changes();
