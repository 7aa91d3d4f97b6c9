// What is kept, and how, is no part of what was computed.
[assembly: Composer.Core.Code.CodeBoundary]
