SELECT payouts.note_difference(@id, @reason);
