namespace Composer.Store;

/// <content>What was found out about files outside the store, so that a large one is read through once.</content>
public sealed partial class StageStore
{
    /// <summary>A fact about a file's content: remembered with the content's digest, whatever the file is called.</summary>
    /// <param name="path">The file.</param>
    /// <param name="fact">What is asked, with a version of how it is found.</param>
    /// <param name="find">Finds it; what it throws is thrown, and nothing is remembered.</param>
    public string FactOfFile(string path, string fact, Func<string> find)
    {
        var digest = DigestOfFile(path);
        var known = index.Query(
            "SELECT value FROM file_facts WHERE digest = $digest AND fact = $fact",
            r => r.GetString(0),
            ("$digest", digest.ToString()),
            ("$fact", fact));
        if (known.Count > 0)
        {
            return known[0];
        }

        var value = find();
        if (DigestOfFile(path) == digest)
        {
            index.Remember(
                "INSERT OR REPLACE INTO file_facts (digest, fact, value) VALUES ($digest, $fact, $value)",
                ("$digest", digest.ToString()),
                ("$fact", fact),
                ("$value", value));
        }

        return value;
    }
}
