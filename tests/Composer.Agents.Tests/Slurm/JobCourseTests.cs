using Composer.Agents.Slurm;
using Composer.Agents.Tests.Attempts;
using Composer.Core;
using Composer.Pipeline.Jobs;
using Composer.Pipeline.Progress;

namespace Composer.Agents.Tests.Slurm;

/// <summary>A job over all of its attempts.</summary>
public sealed class JobCourseTests
{
    private readonly List<JobEvent> told = [];
    private readonly JobCourse course;

    public JobCourseTests() => course = new JobCourse(Spoken.JobAt("/job", "a", "b"), told.Add);

    [Fact]
    public void A_unit_is_told_once_and_not_computed_again()
    {
        Take("a", "1");
        Take("a", "1");

        Assert.Equal(Spoken.KeyOf("a"), Assert.Single(told).Finished!.Key);
        Assert.Equal(Spoken.KeyOf("b"), Assert.Single(course.Rest().Units).Key);
        Assert.False(course.IsComplete);

        Take("b", "2");

        Assert.True(course.IsComplete);
        Assert.Null(course.Difference);
        Assert.Empty(course.Rest().Units);
    }

    [Fact]
    public void Another_result_of_the_same_unit_is_told_to_differ_and_does_not_count()
    {
        Take("a", "1");
        Take("a", "2");
        Take("a", "3");

        Assert.Single(told);
        Assert.Contains(Digest.Of("1").Short, course.Difference, StringComparison.Ordinal);
        Assert.Contains(Digest.Of("2").Short, course.Difference, StringComparison.Ordinal);
        Assert.Contains("run --check", course.Difference, StringComparison.Ordinal);
    }

    [Fact]
    public void A_unit_of_no_job_is_not_told()
    {
        Take("c", "1");

        Assert.Empty(told);
    }

    [Fact]
    public void It_begins_once_and_its_progress_is_told_each_time()
    {
        course.Take(new JobEvent(Began: true), new Dictionary<string, Digest>());
        course.Take(new JobEvent(Began: true), new Dictionary<string, Digest>());
        course.Take(new JobEvent(new StageProgress(0.1, "x")), new Dictionary<string, Digest>());
        course.Take(new JobEvent(new StageProgress(0.1, "x")), new Dictionary<string, Digest>());

        Assert.Equal([true, false, false], told.Select(e => e.Began));
    }

    private void Take(string word, string content) => course.Take(
        new JobEvent(Finished: new UnitResult(
            Spoken.KeyOf(word), new Dictionary<string, string> { ["out"] = "file" }, new Dictionary<string, string>(), 1)),
        new Dictionary<string, Digest> { ["file"] = Digest.Of(content) });
}
