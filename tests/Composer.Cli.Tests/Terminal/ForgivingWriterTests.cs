using System.Text;
using Composer.Cli.Terminal;

namespace Composer.Cli.Tests.Terminal;

public class ForgivingWriterTests
{
    [Fact]
    public void What_cannot_be_written_is_let_go_and_the_first_failure_is_kept()
    {
        var inner = new Full();
        var writer = new ForgivingWriter(inner, TimeProvider.System);

        writer.WriteLine("fits");
        inner.IsFull = true;
        writer.WriteLine("lost");
        writer.Write("lost");
        writer.Write('l');
        writer.Write(['l'], 0, 1);
        writer.WriteLine();
        writer.Flush();
        inner.IsFull = false;
        writer.WriteLine("fits again");

        Assert.Equal("No space left on device 1", writer.Failure?.Message);
        Assert.Equal("fits|fits again|", inner.ToString().ReplaceLineEndings("|"));
    }

    private sealed class Full : StringWriter
    {
        private int failures;

        public bool IsFull { get; set; }

        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value) => base.Write(Fits(value));

        public override void Write(string? value) => base.Write(Fits(value));

        public override void Write(char[] buffer, int index, int count) => base.Write(Fits(buffer), index, count);

        public override void WriteLine() => base.WriteLine(Fits(""));

        public override void WriteLine(string? value) => base.WriteLine(Fits(value));

        public override void Flush() => Fits("");

        private T Fits<T>(T value) => IsFull ? throw new IOException($"No space left on device {++failures}") : value;
    }
}
