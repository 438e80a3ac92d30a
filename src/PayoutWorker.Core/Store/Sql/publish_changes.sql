SELECT payouts.publish_changes(@most);
