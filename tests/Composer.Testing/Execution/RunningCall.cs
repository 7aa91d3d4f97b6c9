using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Composer.Testing.Execution;

/// <summary>A call of composer under way. Whatever it started is gone when this is disposed.</summary>
public sealed class RunningCall : IDisposable
{
    /// <summary>A soak goes on beside other work and may be starved for long.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(Soak.IsOn ? 60 : 5);

    private readonly Process process;
    private readonly string mark;
    private readonly long began = Stopwatch.GetTimestamp();
    private readonly StringBuilder output = new();
    private readonly StringBuilder error = new();
    private readonly List<JsonObject> events = [];

    /// <summary>Starts it.</summary>
    /// <param name="start">What to start, with the mark in its environment.</param>
    /// <param name="mark">Tells its processes from others.</param>
    public RunningCall(ProcessStartInfo start, string mark)
    {
        this.mark = mark;
        process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, e) => Take(e.Data);
        process.ErrorDataReceived += (_, e) =>
        {
            if (e.Data is not null)
            {
                lock (events)
                {
                    error.AppendLine(e.Data);
                }
            }
        };
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Waits until an event of <c>run --json</c> is what is looked for; false when the process ended before.</summary>
    public bool WaitFor(Func<JsonObject, bool> wanted)
    {
        var seen = 0;
        lock (events)
        {
            while (true)
            {
                for (; seen < events.Count; seen++)
                {
                    if (wanted(events[seen]))
                    {
                        return true;
                    }
                }

                if (process.HasExited)
                {
                    return false;
                }

                Assert.True(Stopwatch.GetElapsedTime(began) < Longest, $"Nothing came in {Longest}: {output}{error}");
                Monitor.Wait(events, TimeSpan.FromMilliseconds(50));
            }
        }
    }

    /// <summary>Waits until a time after the start of the process, or its end.</summary>
    public void WaitUntil(TimeSpan moment)
    {
        var left = moment - Stopwatch.GetElapsedTime(began);
        if (left > TimeSpan.Zero)
        {
            process.WaitForExit(left);
        }
    }

    /// <summary>The first event so far that is what is looked for.</summary>
    public JsonObject Event(Func<JsonObject, bool> wanted)
    {
        lock (events)
        {
            return events.First(wanted);
        }
    }

    /// <summary>Sends a signal, such as INT or KILL, to composer itself.</summary>
    public void Signal(string name) => Signal(process.Id, name);

    /// <summary>Waits for the end of composer itself.</summary>
    public CompletedCall WaitForEnd()
    {
        if (!process.WaitForExit(Longest))
        {
            Signal("KILL");
            Assert.Fail($"Still there after {Longest}: {output}{error}");
        }

        process.WaitForExit();
        lock (events)
        {
            return new CompletedCall(process.ExitCode, output.ToString(), error.ToString(), [.. events], Stopwatch.GetElapsedTime(began));
        }
    }

    /// <summary>Whether composer itself has ended.</summary>
    public bool HasEnded => process.HasExited;

    /// <summary>Agents that this call started and that still run.</summary>
    public IReadOnlyList<int> Agents() =>
        [.. Descendants().Where(p => p != process.Id)];

    /// <summary>Waits until no agent is left; how long that took.</summary>
    public TimeSpan WaitForAgents(TimeSpan longest)
    {
        var since = Stopwatch.GetTimestamp();
        while (Agents() is { Count: > 0 } agents)
        {
            Assert.True(Stopwatch.GetElapsedTime(since) < longest, $"After {longest} there are still {string.Join(", ", agents)}.");
            Thread.Sleep(20);
        }

        return Stopwatch.GetElapsedTime(since);
    }

    /// <summary>Sends a signal to a process.</summary>
    public static void Signal(int processId, string name)
    {
        using var kill = Process.Start("kill", ["-" + name, processId.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>Kills what is left.</summary>
    public void Dispose()
    {
        foreach (var left in Descendants())
        {
            Signal(left, "KILL");
        }

        process.WaitForExit(TimeSpan.FromSeconds(5));
        process.Dispose();
    }

    private void Take(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (events)
        {
            output.AppendLine(line);
            // A process that was killed may leave half a line; --help and tables are no JSON at all.
            if (line.StartsWith("{\"event\":", StringComparison.Ordinal) && line.EndsWith('}'))
            {
                events.Add(JsonNode.Parse(line)!.AsObject());
            }

            Monitor.PulseAll(events);
        }
    }

    private IEnumerable<int> Descendants()
    {
        var wanted = Encoding.UTF8.GetBytes($"{ComposerExecutable.Mark}={mark}\0");
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id)
                    && Environ(folder).AsSpan().IndexOf(wanted) >= 0)
            {
                yield return id;
            }
        }

        static byte[] Environ(string folder)
        {
            try
            {
                // A process that has ended and is not yet waited for has an empty one.
                return File.ReadAllBytes(Path.Combine(folder, "environ"));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return [];
            }
        }
    }
}
