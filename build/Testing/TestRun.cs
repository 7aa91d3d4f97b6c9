using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Composer.Build.Testing;

/// <summary>Runs the compiled test assemblies, a few at a time, and tells what they came to.</summary>
internal sealed class TestRun(
    string dotnet, string root, string artifacts, Configuration configuration, string? filter, TimeSpan? limit = null)
{
    private const int MostAtOnce = 4;

    /// <summary>How long one assembly may take.</summary>
    private readonly TimeSpan longest = limit ?? TimeSpan.FromMinutes(20);

    private readonly Lazy<LibtorchHost> libtorch = new(() => LibtorchHost.Find(root));
    private readonly Lock console = new();
    private int passed;
    private int failed;
    private int skipped;

    /// <summary>Whether tests ran and none failed.</summary>
    public bool Succeeded => passed > 0 && failed == 0;

    /// <summary><c>N passed, N failed</c>, and how many were skipped when any was.</summary>
    public string ClosingLine => string.Create(CultureInfo.InvariantCulture,
        $"{passed} passed, {failed} failed{(skipped > 0 ? $", {skipped} skipped" : "")}");

    private string ResultsFolder => Path.Join(artifacts, "test-results");

    /// <summary>Runs everything: a project a core, and beside them what waits for most of its time.</summary>
    public void Execute(TextWriter output)
    {
        if (Directory.Exists(ResultsFolder))
        {
            Directory.Delete(ResultsFolder, recursive: true);
        }

        var projects = TestProject.All(root).ToLookup(project => project.Waits);
        var besides = projects[true].Select(project => Task.Run(() => Run(project, output))).ToArray();
        var sideBySide = new ParallelOptions { MaxDegreeOfParallelism = Math.Clamp(Environment.ProcessorCount, 1, MostAtOnce) };
        Parallel.ForEach(
            Partitioner.Create(projects[false], EnumerablePartitionerOptions.NoBuffering), sideBySide, project => Run(project, output));
        Task.WaitAll(besides);

        foreach (var project in TestProject.LeftOut(root))
        {
            skipped++;
            output.WriteLine(
                $"  skipped {project.Name}: NOT RUN: Composer.slnx leaves it out; run it with dotnet test where its packages can be had.");
        }
    }

    private void Run(TestProject project, TextWriter output)
    {
        if (project.NeedsLibtorch && libtorch.Value.WhyNot is { } reason)
        {
            lock (console)
            {
                var tests = project.MethodsIn(root);
                skipped += tests;
                output.WriteLine($"  skipped {tests} tests of {project.Name}: NOT RUN: {reason}");
            }

            return;
        }

        var watch = Stopwatch.StartNew();
        var (results, log) = RunAssembly(project);
        lock (console)
        {
            Tell(project, results, log, watch.Elapsed, output);
        }
    }

    private void Tell(TestProject project, TestResults? results, string log, TimeSpan elapsed, TextWriter output)
    {
        if (results is null)
        {
            failed++;
            output.WriteLine($"{project.Name}: the test run broke off");
            output.WriteLine(log);
            return;
        }

        passed += results.Passed;
        failed += results.Failures.Count;
        skipped += results.Skips.Count;
        if (results.Passed + results.Failures.Count + results.Skips.Count > 0)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{project.Name,-34} {results.Passed,5} passed {results.Failures.Count,4} failed {results.Skips.Count,4} skipped "
                + $"{elapsed.TotalSeconds,7:0.0} s"));
        }

        foreach (var skip in results.Skips)
        {
            output.WriteLine($"  skipped {skip.Test}: {skip.Message}");
        }

        foreach (var failure in results.Failures)
        {
            output.WriteLine($"  FAILED {failure.Test}");
            output.WriteLine(Indent(failure.Message));
            output.WriteLine(Indent(failure.StackTrace));
        }
    }

    private (TestResults? Results, string Log) RunAssembly(TestProject project)
    {
        var resultFile = Path.Join(ResultsFolder, $"{project.Name}.trx");
        string[] command = [.. project.NeedsLibtorch ? libtorch.Value.Launcher : [], dotnet, .. Arguments(project, resultFile)];
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            WorkingDirectory = root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // A loaded machine may take longer to start a test host than the 90 s that are the default.
        start.Environment["VSTEST_CONNECTION_TIMEOUT"] = "300";

        using var process = Process.Start(start)!;
        var standardOutput = process.StandardOutput.ReadToEndAsync();
        var standardError = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(longest))
        {
            process.Kill(entireProcessTree: true);
            return (null, $"not finished after {longest.TotalMinutes} minutes");
        }

        var log = standardOutput.Result + standardError.Result;
        if (File.Exists(resultFile))
        {
            var results = TestResults.Read(resultFile);
            var broke = process.ExitCode != 0 && results.Failures.Count == 0;
            return (broke ? null : results, log);
        }

        var empty = log.Contains("No test is available", StringComparison.Ordinal)
            || log.Contains("No test matches", StringComparison.Ordinal);
        return (empty ? TestResults.None : null, log);
    }

    private IEnumerable<string> Arguments(TestProject project, string resultFile)
    {
        yield return "vstest";
        yield return project.AssemblyIn(artifacts, configuration);
        yield return $"--logger:trx;LogFileName={Path.GetFileName(resultFile)}";
        yield return $"--ResultsDirectory:{ResultsFolder}";
        if (filter is not null)
        {
            var isExpression = filter.IndexOfAny(['=', '~']) >= 0;
            yield return $"--TestCaseFilter:{(isExpression ? filter : $"FullyQualifiedName~{filter}")}";
        }
    }

    private static string Indent(string text) => "    " + text.Replace("\n", "\n    ", StringComparison.Ordinal);
}
