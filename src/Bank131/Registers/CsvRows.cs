using System.Text;

namespace Bank131.Registers;

/// <summary>Rows of a CSV text by RFC 4180, whatever ends its lines.</summary>
internal static class CsvRows
{
    /// <exception cref="RegisterUnreadableException">A quote is not closed: the file is cut off.</exception>
    public static IEnumerable<IReadOnlyList<string>> Read(string text, char separator)
    {
        List<string> row = [];
        var field = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (quoted)
            {
                if (c != '"')
                    field.Append(c);
                else if (i + 1 < text.Length && text[i + 1] == '"')
                    field.Append(text[++i]);
                else
                    quoted = false;
            }
            else if (c == '"' && field.Length == 0)
                quoted = true;
            else if (c == separator)
                EndField(row, field);
            else if (c is '\r' or '\n')
            {
                EndField(row, field);
                if (row.Count > 1 || row[0].Length > 0)
                    yield return row;
                row = [];
            }
            else
                field.Append(c);
        }
        if (quoted)
            throw new RegisterUnreadableException("the file ends inside a quoted field: it is cut off");
        if (row.Count == 0 && field.Length == 0)
            yield break;
        EndField(row, field);
        yield return row;
    }

    private static void EndField(List<string> row, StringBuilder field)
    {
        row.Add(field.ToString());
        field.Clear();
    }
}
