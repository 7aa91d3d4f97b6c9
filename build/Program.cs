using System.Diagnostics;
using System.Reflection;
using Composer.Build;
using Composer.Build.CommandLine;
using Composer.Build.Processes;
using Composer.Cli.Terminal;
using Nuke.Common;

// A closed or full stream ends no build; composer, which inherits it, says so itself.
Console.SetOut(ForgivingWriter.Over(Console.Out, Descriptor.Output, TimeProvider.System));
Console.SetError(ForgivingWriter.Over(Console.Error, Descriptor.Error, TimeProvider.System));

// Nothing of NukeBuild may be touched before the environment and the arguments are as they should be:
// its static constructor reads both.
const BindingFlags Members = BindingFlags.Instance | BindingFlags.Static | BindingFlags.FlattenHierarchy
    | BindingFlags.Public | BindingFlags.NonPublic;

var targets = typeof(Build).GetProperties(Members).Where(property => property.PropertyType == typeof(Target))
    .Select(property => property.Name).ToList();
var parameters = typeof(Build).GetMembers(Members)
    .Where(member => member.IsDefined(typeof(ParameterAttribute), inherit: true))
    .Select(member => new BuildParameter(
        member.GetCustomAttribute<ParameterAttribute>()!.Name ?? member.Name,
        member is PropertyInfo property ? property.PropertyType : ((FieldInfo)member).FieldType))
    .ToList();

var guard = new CommandLineGuard(targets, parameters);
var commandLine = guard.Check(args);
if (commandLine.Mistakes.Count > 0)
{
    foreach (var mistake in commandLine.Mistakes)
    {
        Console.Error.WriteLine($"error: {mistake}");
    }

    return ExitCodes.UserInput;
}

foreach (var variable in guard.StrayVariables(Environment.GetEnvironmentVariables().Keys.Cast<string>()))
{
    Environment.SetEnvironmentVariable(variable, null);
}

// NUKE reads the arguments of the process: where they are not as NUKE takes them, a process that has them so does the work.
if (!commandLine.Arguments.SequenceEqual(args))
{
    var again = new ProcessStartInfo(Environment.ProcessPath!);
    again.ArgumentList.Add(typeof(Build).Assembly.Location);
    return ForegroundProcess.Run(again, commandLine.Arguments);
}

return Build.Run();
