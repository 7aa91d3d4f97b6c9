using Composer.Build.Testing;

namespace Composer.Build.Tests.Testing;

public sealed class TestResultsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Counts_outcomes_and_keeps_reasons()
    {
        folder.Write("a.trx", """
            <TestRun xmlns="http://microsoft.com/schemas/VisualStudio/TeamTest/2010"><Results>
              <UnitTestResult testName="T.Works" outcome="Passed" />
              <UnitTestResult testName="T.Works_too" outcome="Passed" />
              <UnitTestResult testName="T.Breaks" outcome="Failed"><Output><ErrorInfo>
                <Message>1 is not 2</Message><StackTrace>at T.Breaks()</StackTrace></ErrorInfo></Output></UnitTestResult>
              <UnitTestResult testName="T.Waits" outcome="NotExecuted"><Output><StdOut>needs a GPU</StdOut></Output></UnitTestResult>
              <UnitTestResult testName="T.Hangs" outcome="Timeout" />
            </Results></TestRun>
            """);

        var results = TestResults.Read(Path.Join(folder.Path, "a.trx"));

        Assert.Equal(2, results.Passed);
        Assert.Equal(["T.Breaks", "T.Hangs"], results.Failures.Select(failure => failure.Test));
        Assert.Equal(new TestMessage("T.Breaks", "1 is not 2", "at T.Breaks()"), results.Failures[0]);
        Assert.Equal([new TestMessage("T.Waits", "needs a GPU", "")], results.Skips);
    }
}
