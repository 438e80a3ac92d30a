using PayoutWorker.Host.Configuration.Settings;

namespace PayoutWorker.Host.Configuration.Rules;

internal static class RetentionRules
{
    // Two orders are compared for 90 days.
    private const int PersonalMin = 4;

    public static void Check(RetentionSettings settings, Findings findings)
    {
        AtLeast("EventsMonths", settings.EventsMonths, 1);
        AtLeast("CallsMonths", settings.CallsMonths, 1);
        AtLeast("WebhookBodiesMonths", settings.WebhookBodiesMonths, 1);
        AtLeast("PersonalDataMonths", settings.PersonalDataMonths, PersonalMin);

        void AtLeast(string name, int? value, int least)
        {
            if (value < least || value > 1200)
                findings.Add(
                    $"Retention:{name}",
                    $"{least} to 1200 months",
                    $"{value}",
                    "Correct it, or leave it out to keep everything."
                );
        }
    }
}
