using Composer.Agents.Attempts;

namespace Composer.Agents.Tests.Attempts;

/// <summary>Attempts by their folders.</summary>
public sealed class AttemptFolderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Attempts_are_numbered_from_one_and_found_again()
    {
        var job = Spoken.JobAt(folder["job"], "a");

        var (first, second) = (AttemptFolder.TryBegin(job)!, AttemptFolder.TryBegin(job)!);

        Assert.Equal((1, folder["job/attempts/0001"]), (first.Number, first.FullPath));
        Assert.Equal([first, second], AttemptFolder.Of(job.Folder));
        Assert.Equal(second, AttemptFolder.At(second.FullPath + "/"));
        Assert.Equal((true, false), (first.IsSuperseded, second.IsSuperseded));
        Assert.Equal((true, false), (first.IsGivenUp, second.IsGivenUp));
    }

    [Fact]
    public async Task Of_two_coordinators_that_begin_at_once_each_gets_one_of_its_own()
    {
        var job = Spoken.JobAt(folder["job"], "a");
        using var barrier = new Barrier(4);

        var begun = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            var all = new List<AttemptFolder>();
            for (var round = 0; round < 25; round++)
            {
                barrier.SignalAndWait();
                if (AttemptFolder.TryBegin(job) is { } attempt)
                {
                    all.Add(attempt);
                }
            }

            return all;
        })));

        int[] numbers = [.. begun.SelectMany(all => all).Select(a => a.Number).Order()];
        Assert.Equal(Enumerable.Range(1, numbers.Length), numbers);
        Assert.InRange(numbers.Length, 25, 100);
    }

    [Theory]
    [InlineData("job/attempts/x")]
    [InlineData("job/attempts/1")]
    [InlineData("job/attempts/-001")]
    [InlineData("job/other/0001")]
    [InlineData("")]
    public void Another_folder_is_no_attempts(string path) =>
        Assert.Throws<InvalidDataException>(() => AttemptFolder.At(folder[path]));
}
