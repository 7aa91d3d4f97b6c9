using System.Xml.Linq;

namespace Composer.Build.Testing;

/// <summary>What the tests of one assembly came to.</summary>
internal sealed record TestResults(int Passed, IReadOnlyList<TestMessage> Failures, IReadOnlyList<TestMessage> Skips)
{
    private static readonly XNamespace Trx = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";

    public static TestResults None { get; } = new(0, [], []);

    /// <summary>Reads a TRX file.</summary>
    public static TestResults Read(string file)
    {
        var results = XDocument.Load(file).Descendants(Trx + "UnitTestResult").ToList();
        return new TestResults(
            results.Count(result => Outcome(result) == "Passed"),
            [.. results.Where(result => Outcome(result) is not ("Passed" or "NotExecuted")).Select(Message)],
            [.. results.Where(result => Outcome(result) == "NotExecuted").Select(Message)]);
    }

    private static string Outcome(XElement result) => (string?)result.Attribute("outcome") ?? "";

    private static TestMessage Message(XElement result)
    {
        string Text(string element) => result.Descendants(Trx + element).FirstOrDefault()?.Value.Trim() ?? "";
        var message = Text("Message");
        return new TestMessage(
            (string?)result.Attribute("testName") ?? "?", message.Length > 0 ? message : Text("StdOut"), Text("StackTrace"));
    }
}
